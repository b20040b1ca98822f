import { Button, type ButtonProps } from '@mantine/core';
import type { ComponentPropsWithoutRef } from 'react';

type Props = ButtonProps & Omit<ComponentPropsWithoutRef<'button'>, keyof ButtonProps>;

const DANGER = {
  '--button-bg': 'var(--danger)',
  '--button-hover': 'var(--danger-hover)',
  '--button-color': '#fff',
};

/** The button for what cannot be taken back; red in every palette. */
export function DangerButton(props: Props) {
  return <Button {...props} vars={() => ({ root: DANGER })} />;
}
