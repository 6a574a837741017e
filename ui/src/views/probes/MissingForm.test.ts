import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { backend } from '$backend';
import MissingForm from './MissingForm.svelte';

test('what is filled is kept in its environment beside what was there; what is empty is left alone', async () => {
  const user = userEvent.setup();
  const onfilled = vi.fn(async () => undefined);
  render(MissingForm, {
    missing: [
      { name: 'BACKUP_DIR', secret: false, environment: 'production', items: ['a', 'b'] },
      { name: 'SMTP_HOST', secret: false, environment: 'production', items: ['c'] },
      { name: 'SMTP_PASSWORD', secret: true, environment: 'staging', items: ['c'] },
    ],
    onfilled,
  });
  const keep = screen.getByRole('button', { name: 'Keep in the environment' });
  expect(keep).toBeDisabled();
  await user.type(screen.getByLabelText(/^BACKUP_DIR/u), '/backups');
  await user.type(screen.getByLabelText(/^SMTP_PASSWORD/u), 'hunter2');
  await user.click(keep);
  await vi.waitFor(() => expect(onfilled).toHaveBeenCalledOnce());
  const [production, staging] = await backend.environmentList();
  expect(production?.variables.map((each) => each.name)).toEqual(['API_URL', 'API_HOST', 'BACKUP_DIR']);
  expect(staging?.secrets).toContainEqual(expect.objectContaining({ name: 'SMTP_PASSWORD', set: true }));
});

test('a run without an environment says where to name one instead of asking in vain', () => {
  render(MissingForm, {
    missing: [{ name: 'API_URL', secret: false, environment: '', items: ['a'] }],
    onfilled: async () => undefined,
  });
  expect(screen.getByText(/this run has no environment yet/u)).toBeInTheDocument();
  expect(screen.queryByRole('textbox')).not.toBeInTheDocument();
});

test('many missing values are folded, so that what can run is seen first', async () => {
  const user = userEvent.setup();
  const names = ['A_URL', 'B_URL', 'C_URL', 'D_URL', 'E_URL'];
  render(MissingForm, {
    missing: names.map((name) => ({ name, secret: false, environment: 'production', items: ['a', name] })),
    onfilled: async () => undefined,
  });
  const fold = screen.getByRole('button', { name: /^5 values missing for 6 items/u });
  expect(screen.queryByRole('textbox')).not.toBeInTheDocument();
  await user.click(fold);
  expect(screen.getAllByRole('textbox')).toHaveLength(5);
});
