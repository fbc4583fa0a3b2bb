import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused, Unreachable, type Message } from "../src/api.ts";
import { Chat, MESSAGE_LENGTH, oneLine, unsendable } from "../src/booth_chat.ts";
import { Mail } from "../src/booth_mail.ts";

const ME = "interpreter-maria";
const said = (number: number, text = `text ${number}`, identity = "interpreter-joan"): Message => ({
  number, id: `id-${number}`, identity, name: "Joan", text, at: "2026-01-01T10:00:00Z",
});

test("messages stand in the server's order, each once, however they came", () => {
  const chat = new Chat();
  assert.equal(chat.take([said(2), said(1)]).length, 2);
  assert.equal(chat.take([said(2), said(3)]).length, 1);
  assert.deepEqual(chat.messages.map(({ number }) => number), [1, 2, 3]);
});

test("what is missing before one's own message is still asked for", () => {
  const chat = new Chat();
  chat.take([said(1)]);
  chat.take([said(3, "mine", ME)]);
  assert.equal(chat.through, 1);
  chat.take([said(2)]);
  assert.equal(chat.through, 3);
});

test("what others wrote is unread until it was looked at, also over a reload", () => {
  const chat = new Chat();
  chat.take([said(1), said(2, "mine", ME)]);
  assert.deepEqual(chat.unread(ME).map(({ number }) => number), [1]);
  chat.markRead();
  assert.deepEqual(chat.unread(ME), []);
  const later = new Chat([], chat.readThrough);
  later.take([said(1), said(2, "mine", ME), said(3)]);
  assert.deepEqual(later.unread(ME).map(({ number }) => number), [3]);
});

for (const [typed, kept, trouble] of [
  ["  Take\n over?\t", "Take over?", null],
  ["<b>x</b>", "<b>x</b>", null],
  [" \n ", "", "message_empty"],
  ["x".repeat(MESSAGE_LENGTH), "x".repeat(MESSAGE_LENGTH), null],
  ["🚰".repeat(MESSAGE_LENGTH), "🚰".repeat(MESSAGE_LENGTH), null],
  ["x".repeat(MESSAGE_LENGTH + 1), "x".repeat(MESSAGE_LENGTH + 1), "message_too_long"],
] as [string, string, string | null][]) {
  test(`typing ${JSON.stringify(typed.slice(0, 12))} (${typed.length}) gives ${trouble ?? "a message"}`, () => {
    assert.equal(oneLine(typed), kept);
    assert.equal(unsendable(kept), trouble);
  });
}

/** A server that answers as scripted: an error is thrown, else the message is kept. */
class Server {
  kept: Message[] = [];
  answers: (Error | null)[] = [];
  asked: string[] = [];

  write = async (id: string, text: string): Promise<Message> => {
    this.asked.push(text);
    const answer = this.answers.shift();
    const known = this.kept.find((message) => message.id === id);
    const message = known ?? { ...said(this.kept.length + 1, text, ME), id };
    if (!known && !(answer instanceof Refused)) this.kept.push(message);
    if (answer) throw answer;
    return message;
  };

  read = async (after: number): Promise<Message[]> => this.kept.filter(({ number }) => number > after);
}

function mailOf(server: Server, chat = new Chat()) {
  const refused: string[] = [];
  const mail = new Mail(chat, server, { onChange: () => undefined, onRefused: (text) => refused.push(text) });
  return { mail, chat, refused };
}

test("what is written while the server is away is sent later, in its order and once", async () => {
  const server = new Server();
  const { mail, chat } = mailOf(server);
  // The first was kept, and its answer lost on the way.
  server.answers = [new Unreachable("away"), new Unreachable("away")];
  await mail.send({ id: "a", text: "one" });
  await mail.send({ id: "b", text: "two" });
  assert.deepEqual(chat.waiting.map(({ text }) => text), ["one", "two"]);
  await mail.sendWaiting();
  assert.deepEqual(chat.waiting, []);
  assert.deepEqual(server.kept.map(({ text }) => text), ["one", "two"]);
  assert.deepEqual(chat.messages.map(({ text }) => text), ["one", "two"]);
});

test("what the server never takes comes back to its writer, and the next is sent", async () => {
  const server = new Server();
  const { mail, chat, refused } = mailOf(server);
  server.answers = [new Refused("message_too_long", "Shorten it.")];
  await mail.send({ id: "a", text: "too long" });
  await mail.send({ id: "b", text: "short" });
  assert.deepEqual(refused, ["too long"]);
  assert.deepEqual(chat.messages.map(({ text }) => text), ["short"]);
});

test("a session that has moved on keeps what waits", async () => {
  const server = new Server();
  const { mail, chat, refused } = mailOf(server);
  server.answers = [new Refused("token_wrong", "Join again.")];
  await mail.send({ id: "a", text: "hello" });
  assert.deepEqual([refused, chat.waiting.length], [[], 1]);
  await mail.sendWaiting();
  assert.deepEqual(server.kept.map(({ text }) => text), ["hello"]);
});

test("what an earlier page left unsent is sent by the next", async () => {
  const server = new Server();
  const { mail } = mailOf(server, new Chat([{ id: "a", text: "left" }]));
  await mail.sendWaiting();
  assert.deepEqual(server.kept.map(({ text }) => text), ["left"]);
});

test("asked to fetch while it fetches, it fetches once more", async () => {
  const server = new Server();
  const { mail, chat } = mailOf(server);
  const { read } = server;
  server.read = async (after) => {
    const found = await read(after);
    if (server.kept.length === 0) {
      server.kept.push(said(1));
      await mail.read();
    }
    return found;
  };
  await mail.read();
  assert.equal(chat.messages.length, 1);
});
