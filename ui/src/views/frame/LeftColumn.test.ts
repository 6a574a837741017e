import { render, screen } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import { backend } from '$backend';
import { store } from '$domain/session.svelte';
import LeftColumn from './LeftColumn.svelte';

afterEach(() => store.load());

test('a sample that is being made is nobody’s run in progress; finished, it stands among the signed', async () => {
  const session = await backend.session();
  const sample = session.runs.filter((run) => run.sample);
  store.runs = sample.map((run) => ({ ...run, group: 'inProgress' }));
  render(LeftColumn, { session, onkeys: () => undefined });
  expect(screen.queryByText('In progress')).toBeNull();
  expect(screen.queryByRole('button', { name: /2\.3\.2/u })).toBeNull();

  store.runs = sample;
  expect(await screen.findByText('Signed')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: /2\.3\.2/u })).toBeInTheDocument();
});
