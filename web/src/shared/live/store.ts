import { create } from 'zustand';
import type { View } from './event-processor';
import type { Overview } from './messages';
import { type Told, WebSocketManager } from './websocket-manager';

/** The one store of the page: what the server told, and how the line is. */
export const useLive = create<Told>(() => ({ view: null, link: 'connecting', heardAt: 0 }));

/** One part of the view; null while nothing has been told. */
export function useView<T>(pick: (view: View) => T): T | null {
  return useLive((told) => (told.view ? pick(told.view) : null));
}

/** One part of the overview; null while nothing has been told. */
export function useOverview<T>(pick: (overview: Overview) => T): T | null {
  return useView((view) => pick(view.overview));
}

/** Whether the numbers on the page are not of now. */
export function useFrozen(): boolean {
  return useLive((told) => told.link !== 'live');
}

/** Opens the line to the server that served this page; the result closes it. */
export function goLive(): () => void {
  const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';
  const manager = new WebSocketManager(`${scheme}://${window.location.host}/ws`, (told) =>
    useLive.setState(told),
  );
  manager.start();
  return () => manager.stop();
}
