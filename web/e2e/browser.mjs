// Debian's Chromium (or the one that CHROMIUM names), driven by playwright-core.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const PLACES = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

export async function launch() {
  const executablePath = PLACES.find((place) => place && existsSync(place));
  if (!executablePath) throw new Error('no Chromium found: install it, or name it in CHROMIUM');
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

function remember({ scheme, palette }) {
  localStorage.setItem('mantine-color-scheme-value', scheme);
  localStorage.setItem('trimtab-palette', palette);
}

// A page that is live and drawn, and everything it complained about: errors, foreign requests.
export async function opened(browser, url, { scheme = 'dark', palette = 'teal', size }) {
  const context = await browser.newContext({
    viewport: size,
    bypassCSP: false,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) complaints.push(`foreign: ${request.url()}`);
  });
  await page.addInitScript(remember, { scheme, palette });
  await page.goto(url);
  await page.getByText('Live', { exact: true }).waitFor();
  await page.locator('canvas').first().waitFor();
  return { page, complaints, close: () => context.close() };
}
