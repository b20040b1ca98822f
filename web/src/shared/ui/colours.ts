const known = new Map<string, string>();

/** A colour of the palette in force, for canvases. Asked once: reading styles is slow. */
export function colour(name: string): string {
  const { mantineColorScheme, palette } = document.documentElement.dataset;
  const key = `${mantineColorScheme} ${palette} ${name}`;
  const found = known.get(key) ?? read(name);
  known.set(key, found);
  return found;
}

function read(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** The same with transparency, `share` in percent. */
export function faint(name: string, share: string): string {
  const [red, green, blue] = channels(colour(name));
  return `rgba(${red}, ${green}, ${blue}, ${Number.parseFloat(share) / 100})`;
}

function channels(hex: string): [number, number, number] {
  const digits = hex.replace('#', '');
  const long = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits;
  const value = Number.parseInt(long, 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** Tells when the scheme or the palette changes; canvases paint anew then. */
export function watchColours(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, {
    attributeFilter: ['data-mantine-color-scheme', 'data-palette'],
  });
  return () => observer.disconnect();
}
