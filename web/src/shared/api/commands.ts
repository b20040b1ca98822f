/** What an operator may order. What it did comes back over the socket, as facts. */
export type Command = 'pause' | 'resume' | 'stop';

export interface Order {
  reason: string;
  flatten?: boolean;
}

/** Sends one command by REST, so that it works while the socket is down. Rejects with a sentence. */
export async function send(command: Command, order: Order): Promise<void> {
  let answer: Response;
  try {
    answer = await fetch(`/api/v1/${command}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-trimtab': '1' },
      body: JSON.stringify(order),
      signal: AbortSignal.timeout(5_000),
    });
  } catch {
    throw new Error(`${command} was not sent: the server does not answer. Is the bot running?`);
  }
  if (!answer.ok)
    throw new Error(`${command} was refused (${answer.status}): ${await cause(answer)}`);
}

async function cause(answer: Response): Promise<string> {
  const text = await answer.text();
  try {
    return String((JSON.parse(text) as { detail?: string }).detail ?? text);
  } catch {
    return text;
  }
}
