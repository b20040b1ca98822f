import type { ReactNode } from 'react';

interface Props {
  label: string;
  className: string | undefined;
  children: ReactNode;
}

/** A part that scrolls in itself, by keyboard too. */
export function Scroller({ label, className, children }: Props) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    // biome-ignore lint/a11y/noNoninteractiveTabindex: else the arrow keys could not scroll it
    <div className={className} role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
