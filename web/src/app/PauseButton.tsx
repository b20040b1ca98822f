import { Button } from '@mantine/core';
import { useState } from 'react';
import { useOverview } from '@/shared/live/store';
import { ConfirmDialog } from './ConfirmDialog';
import { useCommand } from './useCommand';

/** Pausing is one click; to go on takes a second one, since it raises risk. */
export function PauseButton() {
  const status = useOverview((overview) => overview.bot?.status ?? null);
  const [asking, setAsking] = useState(false);
  const command = useCommand();
  if (status === 'paused' || status === 'stopped') {
    return (
      <>
        <Button variant="default" size="sm" onClick={() => setAsking(true)}>
          Resume
        </Button>
        <ConfirmDialog
          opened={asking}
          onClose={() => setAsking(false)}
          title="Resume trading?"
          action="Resume"
          command={command}
          onConfirm={() => command.order('resume', { reason: 'resumed from the dashboard' })}
        >
          The bot opens positions and adapts again.
        </ConfirmDialog>
      </>
    );
  }
  return (
    <Button
      variant="default"
      size="sm"
      loading={command.busy}
      title={command.error ?? 'No new positions and no adaptations until resumed'}
      onClick={() => void command.order('pause', { reason: 'paused from the dashboard' })}
    >
      {command.error ? 'Pause failed, retry' : 'Pause'}
    </Button>
  );
}
