import { useState } from 'react';
import { type Command, type Order, send } from '@/shared/api/commands';

export interface Sending {
  busy: boolean;
  /** What went wrong, in a sentence; null when nothing did. */
  error: string | null;
  order: (command: Command, order: Order) => Promise<boolean>;
}

/** Sends commands and keeps what the person must read when one does not get through. */
export function useCommand(): Sending {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const order = async (command: Command, details: Order): Promise<boolean> => {
    setBusy(true);
    setError(null);
    try {
      await send(command, details);
      return true;
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, order };
}
