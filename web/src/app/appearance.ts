import { create } from 'zustand';

export const PALETTES = {
  teal: 'Teal and coral',
  blue: 'Blue and orange',
  contrast: 'High contrast',
} as const;

export type Palette = keyof typeof PALETTES;

const KEY = 'trimtab-palette';

function remembered(): Palette {
  const stored = localStorage.getItem(KEY);
  return stored && stored in PALETTES ? (stored as Palette) : 'teal';
}

function shown(palette: Palette): Palette {
  document.documentElement.dataset.palette = palette;
  return palette;
}

/** Before anything is painted, so that a light page does not begin dark. */
export function showRememberedScheme(): void {
  const stored = localStorage.getItem('mantine-color-scheme-value');
  if (stored === 'light') document.documentElement.dataset.mantineColorScheme = stored;
}

export const usePalette = create<{ palette: Palette }>(() => ({ palette: shown(remembered()) }));

export function choosePalette(palette: Palette): void {
  localStorage.setItem(KEY, palette);
  usePalette.setState({ palette: shown(palette) });
}
