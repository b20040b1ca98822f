import { evolve, follows, type View } from './event-processor';
import { type Link, patience, STALE_AFTER } from './link';
import type { Message } from './messages';

export interface Told {
  view: View | null;
  link: Link;
  /** Browser time of the last message. */
  heardAt: number;
}

/** More messages than this are folded at once, painted or not. */
const MANY = 1_000;

/** A hidden page is not painted; it folds this often, in milliseconds. */
const HIDDEN_FOLD = 500;

/**
 * Keeps one socket open and folds what it says, once per painted frame.
 * A gap in the numbers is mended by connecting again: the first message is a snapshot.
 */
export class WebSocketManager {
  private socket: WebSocket | null = null;
  private waiting: Message[] = [];
  private told: Told = { view: null, link: 'connecting', heardAt: 0 };
  private attempt = 0;
  private frame = 0;
  private fallback = 0;
  private retry = 0;
  private watch = 0;

  constructor(
    private readonly url: string,
    private readonly tell: (told: Told) => void,
  ) {}

  start(): void {
    this.connect();
    this.watch = window.setInterval(() => this.look(), 500);
  }

  stop(): void {
    window.clearInterval(this.watch);
    window.clearTimeout(this.retry);
    this.unschedule();
    this.leave();
  }

  private connect(): void {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onmessage = (event) => this.hear(JSON.parse(String(event.data)) as Message);
    socket.onclose = () => socket === this.socket && this.lost();
  }

  private leave(): void {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private lost(): void {
    this.socket = null;
    this.fold();
    this.say({ link: 'offline' });
    this.retry = window.setTimeout(() => this.connect(), patience(this.attempt, Math.random()));
    this.attempt += 1;
  }

  private hear(message: Message): void {
    this.waiting.push(message);
    if (this.waiting.length > MANY) this.paint();
    else if (!this.frame) this.schedule();
  }

  private schedule(): void {
    this.frame = requestAnimationFrame(() => this.paint());
    this.fallback = window.setTimeout(() => this.paint(), HIDDEN_FOLD);
  }

  private unschedule(): void {
    cancelAnimationFrame(this.frame);
    window.clearTimeout(this.fallback);
    this.frame = 0;
  }

  /** Takes in what is waiting; false where something was missed. */
  private fold(): boolean {
    this.unschedule();
    const messages = this.waiting;
    if (messages.length === 0) return true;
    this.waiting = [];
    let view = this.told.view;
    for (const message of messages) {
      if (!follows(view, message)) return false;
      view = evolve(view, message);
    }
    this.attempt = 0;
    this.say({ view, link: view ? 'live' : 'connecting', heardAt: performance.now() });
    return true;
  }

  private paint(): void {
    if (this.fold()) return;
    this.leave();
    this.lost();
  }

  private look(): void {
    const silent = performance.now() - this.told.heardAt > STALE_AFTER;
    if (silent && this.told.link === 'live') this.say({ link: 'stale' });
  }

  private say(news: Partial<Told>): void {
    this.told = { ...this.told, ...news };
    this.tell(this.told);
  }
}
