import { render, screen, within } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import type { ChecklistRow } from '$generated/ChecklistRow';
import { backend } from '$backend';
import { expectAccessible } from '../../test/axe';
import Checklists from './Checklists.svelte';

const row = (title: string, more: Partial<ChecklistRow>): ChecklistRow => ({
  source: `/home/oksana/${title}.md`,
  title,
  place: `/home/oksana/${title}.md`,
  bundled: false,
  items: 12,
  withProbes: 0,
  missing: false,
  ...more,
});

test('a file that is there and cannot be read is not said to be gone', async () => {
  vi.spyOn(backend, 'checklistList').mockResolvedValueOnce([
    row('Hub', {}),
    row('Moved', { missing: true, items: 0 }),
    row('Locked', { unreadable: 'permission denied', items: 0 }),
  ]);
  render(Checklists, {});
  const locked = (await screen.findByText('Locked')).closest('li') as HTMLElement;
  expect(within(locked).getByText('Cannot be read: permission denied')).toBeInTheDocument();
  expect(within(locked).queryByText(/items/u)).toBeNull();
  const moved = screen.getByText('Moved').closest('li') as HTMLElement;
  expect(within(moved).getByText('No longer there')).toBeInTheDocument();
  for (const title of ['Moved', 'Locked'])
    expect(screen.getByRole('button', { name: `Start a run from ${title}` })).toBeDisabled();
  expect(screen.getByRole('button', { name: 'Start a run from Hub' })).toBeEnabled();
  await expectAccessible();
});
