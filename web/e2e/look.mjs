// Opens the Overview in every palette and size and prints, as one JSON object, what it saw.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { launch, opened } from './browser.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

const [url] = process.argv.slice(2);

async function violations(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(
    (values) => axe.run({ runOnly: { type: 'tag', values } }),
    TAGS,
  );
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(' ')}`,
  );
}

async function look(browser, scheme, palette, size) {
  const { page, complaints, close } = await opened(browser, url, { scheme, palette, size });
  const seen = {
    complaints,
    violations: await violations(page),
    sideways: await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
    stop: await page.getByRole('button', { name: /Stop trading/ }).boundingBox(),
    paint: await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
    ),
    text: await page.locator('body').innerText(),
    canvases: await page.locator('canvas').count(),
  };
  await close();
  return seen;
}

const browser = await launch();
const seen = {};
for (const scheme of ['dark', 'light']) {
  for (const palette of ['teal', 'blue', 'contrast']) {
    seen[`${scheme} ${palette}`] = await look(browser, scheme, palette, DESKTOP);
  }
}
seen.phone = await look(browser, 'dark', 'teal', PHONE);
await browser.close();
console.log(JSON.stringify(seen));
