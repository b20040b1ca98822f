import { useHotkeys } from '@mantine/hooks';
import { useState } from 'react';
import { DangerButton } from '@/shared/ui/DangerButton';
import styles from './dialogs.module.css';
import { StopDialog } from './StopDialog';

export function StopButton() {
  const [opened, setOpened] = useState(false);
  useHotkeys([['shift+K', () => setOpened(true)]]);
  return (
    <>
      <DangerButton size="sm" aria-keyshortcuts="Shift+K" onClick={() => setOpened(true)}>
        Stop trading<kbd className={styles.keys}>⇧K</kbd>
      </DangerButton>
      <StopDialog opened={opened} onClose={() => setOpened(false)} />
    </>
  );
}
