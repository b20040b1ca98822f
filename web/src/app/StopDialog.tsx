import { Checkbox, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useOverview } from '@/shared/live/store';
import { DangerButton } from '@/shared/ui/DangerButton';
import styles from './dialogs.module.css';
import { useCommand } from './useCommand';

const WORD = 'STOP';

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** The one irreversible order: typed, and it says what will happen first. */
export function StopDialog({ opened, onClose }: Props) {
  const [typed, setTyped] = useState('');
  const [flatten, setFlatten] = useState(true);
  const command = useCommand();
  const leave = () => {
    setTyped('');
    onClose();
  };
  const stop = async (event: FormEvent) => {
    event.preventDefault();
    const reason = flatten ? 'stopped and closed out by hand' : 'stopped by hand';
    if (typed === WORD && (await command.order('stop', { reason, flatten }))) leave();
  };
  return (
    <Modal opened={opened} onClose={leave} title="Stop trading now?" centered>
      <form onSubmit={(event) => void stop(event)}>
        <Consequences flatten={flatten} />
        <Checkbox
          className={styles.field}
          label="Close every position at market"
          checked={flatten}
          onChange={(event) => setFlatten(event.currentTarget.checked)}
        />
        <TextInput
          className={styles.field}
          label={`Type ${WORD} to confirm`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        {command.error && (
          <p className={styles.error} role="alert">
            {command.error}
          </p>
        )}
        <DangerButton type="submit" fullWidth disabled={typed !== WORD} loading={command.busy}>
          {typed === WORD ? 'Stop trading' : `Type ${WORD} first`}
        </DangerButton>
      </form>
    </Modal>
  );
}

function Consequences({ flatten }: { flatten: boolean }) {
  const orders = useOverview((overview) => Object.keys(overview.orders).length) ?? 0;
  const positions = useOverview((overview) => Object.keys(overview.positions).length) ?? 0;
  const held = flatten
    ? `closes ${counted(positions, 'position')} at market (reduce-only)`
    : `keeps ${counted(positions, 'position')} open, only to be reduced`;
  return (
    <p className={styles.what}>
      Cancels {counted(orders, 'working order')}, {held}, and makes no adaptations until you resume.
    </p>
  );
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
