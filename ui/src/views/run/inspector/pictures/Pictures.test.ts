import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expectAccessible } from '../../../../test/axe';
import { PICTURED, picturedOf } from '$backend/fake/pictures';
import { course, extent } from '$shared/chart/course';
import Pictures from './Pictures.svelte';

const show = (item: string) =>
  render(Pictures, { pictures: picturedOf(item)?.pictures ?? [], at: '2026-11-21T12:00:00Z' });

test.each(PICTURED.map((each) => each.item))('axe finds nothing in the picture of “%s”', async (item) => {
  const { container } = show(item);
  await expectAccessible(container);
});

test('only the server that says something else is marked', () => {
  show('DNS record reached every resolver');
  const rows = screen.getAllByRole('row').slice(1);
  expect(rows.map((row) => within(row).queryByText('differs') !== null)).toEqual([false, false, true, false]);
  expect(screen.getByText('2 of 4 servers agree')).toBeInTheDocument();
});

test('a package beyond the limit says so in words', () => {
  show('Coverage of every package is 85 %');
  expect(screen.getByText('84.96 %')).toHaveTextContent('84.96 %, beyond the limit');
  expect(screen.getByText('86.1 %')).toHaveTextContent(/^86.1 %$/u);
});

test('the failed checks stand first', () => {
  show('Headers are secure');
  const marks = screen.getAllByRole('img').map((tile) => tile.getAttribute('aria-label'));
  expect(marks[0]).toBe('failed');
  expect(marks.indexOf('verified by probe')).toBeGreaterThan(marks.indexOf('done with a warning'));
});

test('of a long list the others wait to be asked for', async () => {
  show('Scanner found nothing serious');
  expect(screen.getByText('the first 12 of 65')).toBeInTheDocument();
  expect(screen.queryByText('src/handlers/billing.ts:227')).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Show all 12' }));
  expect(screen.getByText('src/handlers/billing.ts:227')).toBeInTheDocument();
});

test('a certificate says how long it lives and how long it should', () => {
  show('Certificate is valid for three weeks');
  expect(screen.getByRole('img', { name: '19 days left, 21 days must be left' })).toBeInTheDocument();
});

test('an empty output has no block, a cut one says how long it was', () => {
  show('Backup script ends well');
  expect(screen.getByText('3.4 MB, only the beginning was kept')).toBeInTheDocument();
  expect(screen.queryByText(/sha256/u)).toBeNull();
});

describe('the line of a series', () => {
  const at = (minutes: number, value?: number) => ({ at: minutes * 60_000, ...(value === undefined ? {} : { value }) });

  test('breaks where samples are missing and where one is no number', () => {
    const points = [at(0, 1), at(1, 2), at(2, 1), at(9, 1), at(10, 3), at(11), at(12, 1), at(13, 2)];
    expect(course(points, extent([{ name: '', points }], []))).toHaveLength(3);
  });

  test('holds a limit that is near and leaves out one that would press it flat', () => {
    const lines = [{ name: '', points: [at(0, 1), at(1, 2)] }];
    expect(extent(lines, [5]).high).toBeGreaterThan(5);
    expect(extent(lines, [5000]).high).toBeLessThan(3);
  });
});
