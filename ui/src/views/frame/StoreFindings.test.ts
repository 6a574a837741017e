import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import type { Finding } from '$generated/Finding';
import { backend } from '$backend';
import { expectAccessible } from '../../test/axe';
import StoreFindings from './StoreFindings.svelte';

const COPY = 'Export what is whole, then repair the store.';
const finding = (code: string, message: string, hint: string): Finding => ({
  severity: 'warning',
  code,
  message,
  hint,
});

test('a store on a network share is warned of, with its place and what to do, until it is put away', async () => {
  const user = userEvent.setup();
  const said = finding('store-network-share', 'The store lies on a network share (nfs).', 'Keep it on a local disk.');
  const session = { ...(await backend.session()), store: '/mnt/team/store', findings: [said] };
  const { container } = render(StoreFindings, { session });
  expect(screen.getByRole('status')).toHaveTextContent(
    'The store lies on a network share (nfs). Keep it on a local disk. /mnt/team/store',
  );
  await expectAccessible(container);
  await user.click(screen.getByRole('button', { name: 'Put away' }));
  expect(screen.queryByRole('status')).not.toBeInTheDocument();
});

test('what is mended in one way is said once, and stays said as long as nothing can be written', async () => {
  const user = userEvent.setup();
  const findings = [
    finding('store-damaged', 'Parts of the store are damaged: run 4f1c.', COPY),
    finding('store-damaged-read-only', 'The store is read-only: parts of it are damaged.', COPY),
  ];
  render(StoreFindings, { session: { ...(await backend.session()), readOnly: COPY, findings } });
  expect(screen.getAllByRole('status')).toHaveLength(1);
  expect(screen.getByRole('status')).toHaveTextContent('run 4f1c');
  await user.click(screen.getByRole('button', { name: 'Put away' }));
  expect(screen.getByRole('status')).toHaveTextContent('This store cannot be written.');
});
