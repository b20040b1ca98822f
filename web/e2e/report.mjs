// Opens a report as its reader would, and says what went wrong: node e2e/report.mjs FILE [PICTURE] [dark|light] [width] [PDF]
import { pathToFileURL } from 'node:url';

import { launch } from './browser.mjs';

const [file, picture, scheme = 'light', width = '1280', pdf] = process.argv.slice(2);

const browser = await launch();
const page = await browser.newPage({
  colorScheme: scheme,
  viewport: { width: Number(width), height: 900 },
});
const own = pathToFileURL(file).href;
const messages = [];
const requests = [];
page.on('console', (message) => messages.push(message.text()));
page.on('pageerror', (error) => messages.push(String(error)));
page.on('request', (request) => request.url() === own || requests.push(request.url()));
await page.goto(own);
const overflow = await page.evaluate(
  () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
);
if (picture) await page.screenshot({ path: picture, fullPage: true });
if (pdf) await page.pdf({ path: pdf, format: 'A4', preferCSSPageSize: true });
console.log(JSON.stringify({ messages, requests, overflow }));
await browser.close();
