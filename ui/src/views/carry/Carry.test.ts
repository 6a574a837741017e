import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import type { CarryPlan } from '$generated/CarryPlan';
import { backend } from '$backend';
import { carrying } from '$domain/carrying.svelte';
import { OpenRun } from '$domain/open-run.svelte';
import { probing } from '$domain/probing.svelte';
import { expectAccessible } from '../../test/axe';
import CarryDialog from './CarryDialog.svelte';
import CarryOffer from './CarryOffer.svelte';

const BAKHMACH = 'a1'.repeat(32);

function row(item: string, more: Partial<CarryPlan['items'][number]> = {}) {
  return {
    item,
    number: item,
    text: item,
    may: true,
    textWhyNot: '',
    by: 'Taras Bondar',
    at: '2026-11-03T14:10:00Z',
    recheck: false,
    ...more,
  };
}
const PLAN: CarryPlan = {
  from: {
    run: 'c3',
    name: 'Hub',
    release: '1.7.4',
    environment: 'production',
    endedAt: '2026-11-03T16:00:00Z',
    accepted: true,
  },
  items: [
    row('Read me'),
    row('Backup', { recheck: true }),
    row('Migration', { may: false, whyNot: 'changedText', textWhyNot: 'its text has changed' }),
  ],
  probes: {
    entries: [
      {
        item: 'Backup',
        title: 'Backup',
        probe: 'p',
        kind: 'command',
        hash: 'h',
        class: 'command',
        lines: ['./check.sh'],
        hosts: [],
        secrets: [],
        approved: false,
        sinceLast: 'new',
        rehearsal: false,
        asksEachTime: false,
      },
    ],
    unapproved: 1,
    missing: [],
    repository: '/hub',
  },
};

beforeEach(() => {
  vi.restoreAllMocks();
  carrying.dismiss();
  probing.dismiss();
  vi.spyOn(backend, 'carryPlan').mockResolvedValue(PLAN);
});

test('it is offered, and an offer that was put off is not made again', async () => {
  const user = userEvent.setup();
  const run = await OpenRun.load(BAKHMACH);
  await carrying.look(run.id);
  render(CarryOffer, { run });
  expect(screen.getByText('2 items done for Hub 1.7.4 may still stand.')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Not now' }));
  expect(screen.queryByText(/may still stand/u)).toBeNull();
});

test('what may not be carried says why; what has no probe is carried at once', async () => {
  const user = userEvent.setup();
  const carry = vi.spyOn(backend, 'carryForward').mockResolvedValue(0);
  const run = await OpenRun.load(BAKHMACH);
  await carrying.request(run);
  render(CarryDialog, { pending: { run, plan: PLAN } });
  const dialog = await screen.findByRole('dialog', { name: 'Carry forward from Hub 1.7.4' });
  await user.click(within(dialog).getByRole('button', { name: '1 item may not be carried' }));
  expect(within(dialog).getByText('Its text has changed')).toBeInTheDocument();
  await expectAccessible(dialog);

  await user.click(within(dialog).getByRole('checkbox', { name: 'Carry Backup Backup' }));
  await user.click(within(dialog).getByRole('button', { name: 'Carry 1 item' }));
  expect(carry).toHaveBeenCalledWith(run.id, ['Read me'], []);
});

test('an item whose probe runs again waits for the approval of exactly that', async () => {
  const carry = vi.spyOn(backend, 'carryForward').mockResolvedValue(1);
  const run = await OpenRun.load(BAKHMACH);
  await carrying.request(run);
  await carrying.carry(['Read me', 'Backup']);
  expect(carry).not.toHaveBeenCalled();
  expect(probing.pending?.plan.entries.map((entry) => entry.item)).toEqual(['Backup']);
  await probing.approve(['h']);
  expect(carry).toHaveBeenCalledWith(run.id, ['Read me', 'Backup'], ['h']);
});
