// Takes a picture of a running dashboard: node e2e/screenshot.mjs URL FILE [dark|light] [width] [height]
import { launch, opened } from './browser.mjs';

const [url, file, scheme = 'dark', width = '1440', height = '1290'] = process.argv.slice(2);

/** Milliseconds for the charts to settle. */
const SETTLED = 800;

const browser = await launch();
const size = { width: Number(width), height: Number(height) };
const { page } = await opened(browser, url, { scheme, size });
await page.waitForTimeout(SETTLED);
await page.screenshot({ path: file });
await browser.close();
