// What the fake's methods do to its runs and people.

import type { PersonView } from '$generated/PersonView';
import type { RunPatch } from '$generated/RunPatch';
import { act, eventId, evidence } from './dressing';
import { ME, type FakeRun } from './run';

/** Listeners, and a way to tell them. */
export function channel<T>() {
  const listeners = new Set<(value: T) => void>();
  return {
    hear: (listener: (value: T) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell: (value: T) => {
      for (const listener of listeners) listener(value);
    },
  };
}

export const now = () => new Date().toISOString();

export function unlock(passphrase: string) {
  if (passphrase === 'wrong')
    throw { code: 'wrong-passphrase', message: 'This passphrase does not open the key.', hint: 'Type it again.' };
}

export function person(id: string, name: string, me: boolean): PersonView {
  return {
    id,
    name,
    principal: `${name.split(' ')[0]?.toLowerCase() ?? ''}@bakhmach.com`,
    roles: me ? ['Product Owner'] : [],
    fingerprint: `SHA256:${eventId().slice(0, 43)}`,
    spoken: 'amber otter river nine',
    publicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDa4',
    ...(me ? { keyPath: '/home/oksana/.ssh/id_ed25519' } : {}),
    encrypted: true,
    me,
  };
}

export function attempt(run: FakeRun, change: Partial<FakeRun['view']['head']['attempt']>): RunPatch {
  const head = { ...run.view.head, attempt: { ...run.view.head.attempt, ...change } };
  if (change.outcome) head.outcome = change.outcome;
  return run.amend({ head });
}

export function rollback(run: FakeRun, change: Partial<FakeRun['view']['rollback']>): RunPatch {
  return run.amend({ rollback: { ...run.view.rollback, ...change } });
}

export function endRollback(run: FakeRun, ending: string): RunPatch {
  const { state, reason, earlier } = run.view.rollback;
  return rollback(run, { state: 'dormant', earlier: [...earlier, { state, reason, ending, act: act(ME) }] });
}

export function attach(run: FakeRun, id: string, names: string[]): RunPatch {
  const item = run.item(id);
  const files = names.map((name) =>
    evidence(name, /\.(?:png|jpe?g)$/u.test(name) ? 'image/png' : 'text/plain', 52_011),
  );
  return run.write([{ ...item, evidence: [...item.evidence, ...files] }], {
    kind: 'item.evidence',
    text: `attached ${names.join(', ')}`,
  });
}
