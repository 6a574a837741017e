import type { PlanEntry } from '$generated/PlanEntry';
import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { backend } from '$backend';
import { probing, type PendingPlan } from '$domain/probing.svelte';
import type { OpenRun } from '$domain/open-run.svelte';
import ProbeApproval from './ProbeApproval.svelte';

const entry = (more: Partial<PlanEntry['load'] & object> = {}, problem?: string): PlanEntry => ({
  item: 'i1',
  title: '5.2.1 p99 latency < 500ms',
  probe: 'p1',
  kind: 'load',
  hash: 'h1',
  class: 'load',
  lines: ['load api.example.org:443'],
  hosts: ['api.example.org:443'],
  secrets: [],
  approved: true,
  sinceLast: 'same',
  rehearsal: false,
  asksEachTime: true,
  ...(problem ? { problem } : {}),
  load: {
    target: 'api.example.org:443',
    host: 'api.example.org',
    environment: 'staging',
    allowed: true,
    production: '',
    facts: [
      { name: 'Rate', value: '1,000 requests per second' },
      { name: 'Requests in all', value: '60,000' },
    ],
    ...more,
  },
});

function show(one: PlanEntry) {
  const go = vi.fn(async () => {});
  const anew = vi.fn(async () => ({ entries: [entry()], unapproved: 0, missing: [], repository: '' }));
  const pending: PendingPlan = {
    run: {} as OpenRun,
    verb: 'run',
    plan: { entries: [one], unapproved: 0, missing: [], repository: '' },
    anew,
    go,
  };
  probing.pending = pending;
  render(ProbeApproval, { pending });
  return { go, anew };
}

const approve = () => screen.getByRole('button', { name: /^Approve and run/u });

test('load says where to and how much, and even an approved plan is asked about', async () => {
  const user = userEvent.setup();
  const { go } = show(entry());
  expect(screen.getByText('60,000')).toBeInTheDocument();
  expect(screen.getByText('api.example.org:443')).toBeInTheDocument();
  expect(approve()).toBeDisabled();
  await user.click(screen.getByRole('checkbox', { name: /p99 latency/u }));
  await user.click(approve());
  expect(go).toHaveBeenCalledWith(['h1'], undefined, []);
});

test('a host that people depend on is typed a second time, every letter of it', async () => {
  const user = userEvent.setup();
  const { go } = show(entry({ production: 'the environment is called production' }));
  const box = screen.getByRole('checkbox', { name: /p99 latency/u });
  expect(box).toBeDisabled();
  const again = screen.getByLabelText('Type the host once more');
  expect(again).toHaveValue('');
  await user.type(again, 'api.example.or');
  expect(box).toBeDisabled();
  await user.type(again, 'g');
  await user.click(box);
  await user.click(approve());
  expect(go).toHaveBeenCalledWith(['h1'], undefined, ['api.example.org']);
});

test('a host that nobody has typed is typed here, and kept in its environment', async () => {
  const user = userEvent.setup();
  const { anew } = show(entry({ allowed: false }, 'api.example.org is not among the hosts of staging'));
  expect(screen.getByRole('checkbox', { name: /p99 latency/u })).toBeDisabled();
  const host = screen.getByLabelText('Host that load may be sent to');
  expect(host).toHaveValue('');
  expect(screen.getByRole('button', { name: 'Allow load' })).toBeDisabled();
  await user.type(host, 'api.example.org{Enter}');
  await vi.waitFor(() => expect(anew).toHaveBeenCalled());
  const staging = (await backend.environmentList()).find((each) => each.name === 'staging');
  expect(staging?.loadHosts).toContain('api.example.org');
  expect(staging?.variables.length).toBeGreaterThan(0);
});
