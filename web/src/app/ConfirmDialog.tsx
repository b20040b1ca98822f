import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './dialogs.module.css';
import type { Sending } from './useCommand';

interface Props {
  opened: boolean;
  onClose: () => void;
  onConfirm: () => Promise<boolean>;
  title: string;
  action: string;
  command: Sending;
  children: ReactNode;
}

/** Asks once, says what will happen, and stays open with the cause when it does not. */
export function ConfirmDialog({
  opened,
  onClose,
  onConfirm,
  title,
  action,
  command,
  children,
}: Props) {
  const confirm = async () => {
    if (await onConfirm()) onClose();
  };
  return (
    <Modal opened={opened} onClose={onClose} title={title} centered>
      <p className={styles.what}>{children}</p>
      {command.error && (
        <p className={styles.error} role="alert">
          {command.error}
        </p>
      )}
      <Button fullWidth loading={command.busy} onClick={() => void confirm()}>
        {action}
      </Button>
    </Modal>
  );
}
