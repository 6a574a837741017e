import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import Suggestions from './Suggestions.svelte';

const suggestion = (item: string | undefined, line: number) => ({
  ...(item ? { item } : {}),
  kind: 'http',
  probe: 'http url=${API_URL}/health expect="status == 200"',
  blanks: ['API_URL'],
  why: 'A curl line asks this address.',
  line,
});

test('all that stand at an item are accepted at once; a fence without one is left out', async () => {
  const onaccept = vi.fn();
  const suggestions = [suggestion('a', 3), suggestion(undefined, 9), suggestion('b', 12)];
  render(Suggestions, { suggestions, items: [], file: 'release.md', bundled: false, busy: false, onaccept });
  expect(screen.getAllByText(/To fill: API_URL/u)).toHaveLength(3);
  await userEvent.click(screen.getByRole('button', { name: 'Accept all 2' }));
  expect(onaccept).toHaveBeenCalledWith([suggestions[0], suggestions[2]]);
});

test('nothing is written into a checklist that came with the app', () => {
  render(Suggestions, {
    suggestions: [suggestion('a', 3), suggestion('b', 4)],
    items: [],
    file: 'bakhmach.md',
    bundled: true,
    busy: false,
    onaccept: vi.fn(),
  });
  expect(screen.getByText(/came with the app/u)).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: /^Accept all/u })).not.toBeInTheDocument();
});
