// Uses the page as an operator would, in steps; after each it prints one JSON line and waits for one.
import { createInterface } from 'node:readline';
import { launch, opened } from './browser.mjs';

const [url] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function say(step, facts = {}) {
  console.log(JSON.stringify({ step, ...facts }));
  await lines.next();
}

const browser = await launch();
const { page } = await opened(browser, url, { size: { width: 1440, height: 900 } });

await page.getByRole('button', { name: 'Pause' }).click();
await say('paused');

await page.getByRole('button', { name: 'Resume' }).waitFor();
const banner = await page.getByText(/^Paused by/).innerText();
await page.keyboard.press('Shift+K');
const confirm = page.getByRole('button', { name: 'Type STOP first' });
await confirm.waitFor();
await page.keyboard.type('STO');
const early = await confirm.isDisabled();
await page.keyboard.type('P');
await page.keyboard.press('Enter');
await page.getByRole('dialog').waitFor({ state: 'hidden' });
await say('stopped', { banner, early });

const equity = page.locator('dd').first();
const before = await equity.innerText();
await say('kill the server');
const killed = performance.now();
await page.getByText('Offline', { exact: true }).waitFor();
const noticed = performance.now() - killed;
const frozen = (await equity.innerText()) === before;
await say('offline', {
  noticed,
  frozen,
  notice: await page.getByRole('alert').first().innerText(),
});

await page.getByText('Live', { exact: true }).waitFor({ timeout: 15_000 });
await say('live again');
await browser.close();
