import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { choosePalette, PALETTES, type Palette, usePalette } from './appearance';

/** Dark or light, and the three palettes. */
export function AppearanceMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const palette = usePalette((state) => state.palette);
  return (
    <Menu position="bottom-end" withinPortal transitionProps={{ duration: 80 }}>
      <Menu.Target>
        <ActionIcon variant="default" size={34} aria-label="Appearance">
          <HalfCircle />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {(['dark', 'light'] as const).map((scheme) => (
          <Menu.Item key={scheme} onClick={() => setColorScheme(scheme)}>
            {chosen(scheme === colorScheme)}
            {scheme === 'dark' ? 'Dark' : 'Light'}
          </Menu.Item>
        ))}
        <Menu.Divider />
        {(Object.keys(PALETTES) as Palette[]).map((name) => (
          <Menu.Item key={name} onClick={() => choosePalette(name)}>
            {chosen(name === palette)}
            {PALETTES[name]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function chosen(is: boolean) {
  return <span className="mono">{is ? '● ' : '○ '}</span>;
}

function HalfCircle() {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M8 1.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" />
    </svg>
  );
}
