/** Missing is never zero. */
export const MISSING = '–';
const MINUS = '\u2212';

type Maybe = number | null | undefined;

function given(value: Maybe): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}

function grouped(value: number, decimals: number): string {
  return Math.abs(value).toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

/** `−` only where something is left after rounding. */
function sign(value: number, text: string, plus: '+' | ''): string {
  if (!/[1-9]/.test(text)) return '';
  return value < 0 ? MINUS : plus;
}

/** `$1,234.56` */
export function usd(value: Maybe, decimals = 2): string {
  if (!given(value)) return MISSING;
  const text = grouped(value, decimals);
  return `${sign(value, text, '')}$${text}`;
}

/** `+$155.57`, `−$3.20`: always with its sign. */
export function profit(value: Maybe): string {
  if (!given(value)) return MISSING;
  const text = grouped(value, 2);
  return `${sign(value, text, '+')}$${text}`;
}

/** `78 %` of a fraction. */
export function ratio(value: Maybe, decimals = 0): string {
  return given(value) ? `${(value * 100).toFixed(decimals)} %` : MISSING;
}

/** `+1.2 %` of a fraction: always with its sign. */
export function change(value: Maybe, decimals = 1): string {
  if (!given(value)) return MISSING;
  const text = Math.abs(value * 100).toFixed(decimals);
  return `${sign(value, text, '+')}${text} %`;
}

/** A share in whole percent, floored from integers so that no threshold is crossed by rounding. */
export function flooredShare(hits: number, n: number): number | null {
  return n > 0 ? Math.floor((hits * 100) / n) : null;
}

/** `4.2 bp`, signed. */
export function basisPoints(value: Maybe): string {
  if (!given(value)) return MISSING;
  const text = Math.abs(value).toFixed(1);
  return `${sign(value, text, '+')}${text} bp`;
}

/** `0.81`; floored, so that .7499 is not shown as picked. */
export function probability(value: Maybe): string {
  return given(value) ? (Math.floor(value * 100 + 1e-9) / 100).toFixed(2) : MISSING;
}

/** `3.0x` */
export function leverage(value: Maybe): string {
  return given(value) ? `${value.toFixed(1)}x` : MISSING;
}

export function decimal(value: Maybe, decimals = 2): string {
  if (!given(value)) return MISSING;
  const text = grouped(value, decimals);
  return `${sign(value, text, '')}${text}`;
}

/** Five significant digits, as the venue quotes. */
export function priceDecimals(price: number): number {
  const whole = price >= 1 ? Math.floor(Math.log10(price)) + 1 : 0;
  const leading = price > 0 && price < 1 ? -Math.floor(Math.log10(price)) - 1 : 0;
  return Math.min(8, Math.max(0, 5 - whole + leading));
}

export function price(value: Maybe): string {
  return given(value) ? grouped(value, priceDecimals(value)) : MISSING;
}

/** Unsigned size with the venue's decimals. */
export function size(value: Maybe, decimals: number): string {
  return given(value) ? grouped(value, decimals) : MISSING;
}
