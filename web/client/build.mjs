// Bundles the pages' scripts and the icon sprite into web/static/dist; with --tests the tests, for node.
import { readFile, readdir, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "../static/dist");
const testOutput = join(here, "node_modules/.cache/tests");

const icons = [
  "arrow-down-to-line", "audio-lines", "bot", "book-open-text", "check", "chevron-down", "copy", "download",
  "ear", "external-link", "file-text", "headphones", "keyboard", "life-buoy", "languages", "mic", "mic-off", "pause", "play", "plus",
  "qr-code", "search", "settings-2", "square", "triangle-alert", "volume-2", "wifi-off", "x",
];

async function writeIcons() {
  const symbols = icons.map(async (name) => {
    const svg = await readFile(join(here, `node_modules/lucide-static/icons/${name}.svg`), "utf8");
    const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).trim();
    const style = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
    return `<symbol id="${name}" viewBox="0 0 24 24" ${style}>${shapes}</symbol>`;
  });
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${(await Promise.all(symbols)).join("")}</svg>\n`;
  await writeFile(join(dist, "icons.svg"), sprite);
}

const pages = {
  entryPoints: ["listen", "speak", "captioner", "console", "heartbeat_worker", "limiter_worklet", "transcript", "links", "calls", "cost", "serving"].map((page) => join(here, `src/${page}.ts`)),
  outdir: dist,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  sourcemap: true,
  legalComments: "linked",
  logLevel: "warning",
};

if (process.argv.includes("--tests")) {
  await rm(testOutput, { recursive: true, force: true });
  const tests = (await readdir(join(here, "tests"))).filter((name) => name.endsWith(".test.ts"));
  await esbuild.build({
    entryPoints: tests.map((name) => join(here, "tests", name)),
    outdir: testOutput,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    sourcemap: "inline",
    logLevel: "warning",
  });
} else {
  await mkdir(dist, { recursive: true });
  await writeIcons();
  if (process.argv.includes("--watch")) {
    await (await esbuild.context(pages)).watch();
  } else {
    await esbuild.build(pages);
  }
}
