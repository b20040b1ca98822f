import { Button } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useState } from 'react';
import styles from './dialogs.module.css';
import { StopDialog } from './StopDialog';

export function StopButton() {
  const [opened, setOpened] = useState(false);
  useHotkeys([['shift+K', () => setOpened(true)]]);
  return (
    <>
      <Button
        className={styles.stop}
        size="sm"
        aria-keyshortcuts="Shift+K"
        onClick={() => setOpened(true)}
      >
        Stop trading<kbd className={styles.keys}>⇧K</kbd>
      </Button>
      <StopDialog opened={opened} onClose={() => setOpened(false)} />
    </>
  );
}
