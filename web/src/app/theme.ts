import { createTheme } from '@mantine/core';

export const theme = createTheme({
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace: '"JetBrains Mono Variable", ui-monospace, monospace',
  defaultRadius: 'sm',
  primaryColor: 'blue',
  cursorType: 'pointer',
});
