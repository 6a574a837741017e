import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { backend } from '$backend';
import { adopting } from '$domain/adopting.svelte';
import { editing } from '$domain/editing.svelte';
import { OpenRun } from '$domain/open-run.svelte';
import { expectAccessible } from '../../../test/axe';
import ProbeEditor from './ProbeEditor.svelte';

const RUN = 'b2'.repeat(32);

async function opened(withProbe: boolean) {
  const run = await OpenRun.load(RUN);
  const cell = run.cells.find((each) => each.view.probes.length > 0 === withProbe);
  if (!cell) throw new Error('the run has such an item');
  await editing.request(run, cell.view, cell.view.probes[0]);
  const { pending } = editing;
  if (!pending) throw new Error('the editor is open');
  render(ProbeEditor, { pending });
  return pending;
}

beforeEach(() => {
  editing.dismiss();
  adopting.dismiss();
});

test('a mistake stands at its line with what to do, and keeps the text from being saved', async () => {
  const user = userEvent.setup();
  await opened(true);
  const text = screen.getByLabelText('The probe as YAML');
  await user.clear(text);
  await user.type(text, 'probe: htp');
  expect(await screen.findByText(/there is no probe kind/u)).toBeInTheDocument();
  expect(screen.getByText('did you mean `http`?')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Save to the file' })).toBeDisabled();
  await expectAccessible();
});

test('a good text shows its plan, is saved to the file, and is then offered to the run', async () => {
  const user = userEvent.setup();
  const save = vi.spyOn(backend, 'probeSave');
  const pending = await opened(true);
  const text = screen.getByLabelText('The probe as YAML');
  await user.type(text, 'timeout: 5s');
  expect(await screen.findByText(/GET https:\/\/api\.bakhmach\.com\/health/u)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Save to the file' }));
  await vi.waitFor(() => expect(adopting.pending).not.toBeNull());
  expect(save.mock.calls[0]?.[1]).toMatchObject({
    item: pending.item.id,
    probe: pending.probe,
    yaml: `${pending.text.yaml}timeout: 5s\n`,
  });
  expect(editing.pending).toBeNull();
});

test('a new probe begins from what the item suggests and names no host', async () => {
  const user = userEvent.setup();
  await opened(false);
  expect(screen.getByRole('heading', { name: 'Add a probe' })).toBeInTheDocument();
  const [suggested] = screen.getAllByRole('button', { name: 'tls' });
  if (suggested) await user.click(suggested);
  expect(screen.getByLabelText('The probe as YAML')).toHaveValue('probe: tls\nhost: ${API_HOST}\nexpect: chain_ok\n');
  await expectAccessible();
});
