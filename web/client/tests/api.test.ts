import assert from "node:assert/strict";
import { test } from "node:test";
import { join, Unreachable } from "../src/api.ts";

for (const [what, body] of [
  ["that is cut off", '{"room": "m1", "tok'],
  ["of a page in between", "<html>Please log in to the hotel's network</html>"],
] as const) {
  test(`an answer ${what} is no answer: it is asked again`, async (context) => {
    context.mock.method(globalThis, "fetch", async () => new Response(body, { status: 200 }));
    await assert.rejects(join("m1", { role: "listener" }), Unreachable);
  });
}
