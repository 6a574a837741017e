import { render, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { OpenRun } from '$domain/open-run.svelte';
import RunHead from './RunHead.svelte';

const classOf = (name: string) => screen.getByRole('button', { name }).className;

test('a run under way is to be probed and signed', async () => {
  render(RunHead, { run: await OpenRun.load('a1'.repeat(32)) });
  expect(screen.getByRole('button', { name: /^Run probes/u })).toBeEnabled();
  expect(classOf('Countersign')).toContain('primary');
  expect(classOf('Export')).not.toContain('primary');
});

test('a released run that is signed offers its report first, and no probes', async () => {
  render(RunHead, { run: await OpenRun.load('c3'.repeat(32)) });
  expect(screen.queryByRole('button', { name: /^Run probes/u })).toBeNull();
  expect(classOf('Export')).toContain('primary');
  expect(classOf('Signatures')).not.toContain('primary');
});

test('where nothing can be written, signatures are looked at and nothing asks to be signed', async () => {
  const run = await OpenRun.load('a1'.repeat(32));
  run.head = { ...run.head, readOnly: 'Another Countersign is newer than this one.' };
  render(RunHead, { run });
  expect(screen.queryByRole('button', { name: 'Countersign' })).toBeNull();
  expect(classOf('Signatures')).not.toContain('primary');
  expect(classOf('Export')).not.toContain('primary');
  expect(screen.getByRole('button', { name: /^Run probes/u })).toBeDisabled();
});
