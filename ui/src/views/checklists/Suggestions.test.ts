import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { backend } from '$backend';
import { accepted } from './suggested';
import Suggestions from './Suggestions.svelte';

const { items } = await backend.checklistPreview('bundled:bakhmach.md', false);
const [first] = items;
if (!first) throw new Error('the seed has items');

const suggestion = (item: string | undefined, line: number, blanks: string[] = []) => ({
  ...(item ? { item } : {}),
  kind: 'http',
  probe: `http url=${blanks.length > 0 ? '${API_URL}' : 'https://api.bakhmach.com'}/health expect="status == 200"`,
  yaml: '',
  blanks,
  why: 'A curl line asks this address.',
  line,
});

function shown(suggestions: ReturnType<typeof suggestion>[], { bundled = false, into = 'markdown' } = {}) {
  const onaccept = vi.fn();
  const oncopy = vi.fn();
  render(Suggestions, {
    suggestions,
    items,
    file: 'release.md',
    into,
    bundled,
    busy: false,
    onaccept,
    oncopy,
  });
  return { onaccept, oncopy };
}

test('a blank is filled where it stands, or is left to the environment', async () => {
  const user = userEvent.setup();
  const [plain, blank] = [suggestion('a', 3), suggestion('b', 12, ['API_URL'])];
  const { onaccept } = shown([plain, blank]);
  await user.click(screen.getByRole('button', { name: 'Accept the 1 that need no answer' }));
  expect(onaccept).toHaveBeenLastCalledWith([{ suggestion: plain, item: 'a', filled: [] }], 'markdown');
  await user.type(screen.getByLabelText('API_URL'), 'https://hub.example.org');
  await user.click(screen.getByRole('button', { name: 'Accept all 2' }));
  expect(onaccept).toHaveBeenLastCalledWith(
    [
      { suggestion: plain, item: 'a', filled: [] },
      { suggestion: blank, item: 'b', filled: [{ name: 'API_URL', value: 'https://hub.example.org' }] },
    ],
    'markdown',
  );
});

test('a block without an item waits until one is picked', () => {
  const block = suggestion(undefined, first.line, ['API_URL']);
  shown([block]);
  expect(screen.getByRole('button', { name: 'Accept this http probe' })).toBeDisabled();
  expect(screen.getByLabelText(`The item that the http probe of line ${first.line} answers`)).toBeInTheDocument();
  expect(accepted(block)).toBeNull();
  expect(accepted(block, { item: first.id, filled: { API_URL: ' ' } })).toEqual({
    suggestion: block,
    item: first.id,
    filled: [],
  });
});

test('accepted probes go where they went for this checklist before', async () => {
  const { onaccept } = shown([suggestion('a', 3)], { into: 'sidecar' });
  expect(screen.getByText('Into release.countersign.yaml')).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Accept this http probe' }));
  expect(onaccept.mock.calls[0]?.[1]).toBe('sidecar');
});

test('nothing is written into a checklist that came with the app, but a copy can be saved', async () => {
  const { oncopy } = shown([suggestion('a', 3), suggestion('b', 4)], { bundled: true });
  expect(screen.queryByRole('button', { name: /^Accept/u })).not.toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Save a copy…' }));
  expect(oncopy).toHaveBeenCalled();
});
