// A protected table as the service answers it: what pages and files are compared with.
import type { Page } from 'playwright-core';

import { call, stream } from './api';

interface Dimension {
  column: string;
  members: string[];
  within?: string[];
}
interface Cell {
  members?: number[];
  value?: string;
  status: string;
}
export interface Statistic {
  name: string;
  displayName: string;
  cells: string;
  suppressed?: string;
  dimensions: Dimension[];
}

export class ServiceTable {
  private readonly cells = new Map<string, string>();

  constructor(
    readonly statistic: Statistic,
    cells: Cell[],
  ) {
    for (const { members, value, status } of cells) {
      const labels = statistic.dimensions.map((d, i) => d.members[members?.[i] ?? 0]!);
      this.cells.set(labels.join('|'), /VALUE|ROUNDED/.test(status) ? (value ?? '0') : '秘匿');
    }
  }

  get size(): number {
    return this.cells.size;
  }

  /** The value or 秘匿 at labels in the order of the statistic's dimensions; a dimension left out is at 計. */
  at(labels: Record<string, string>): string {
    const key = this.statistic.dimensions.map(({ column }) => labels[column] ?? '計').join('|');
    const found = this.cells.get(key);
    if (found === undefined) throw new Error(`no cell ${key}`);
    return found;
  }

  get columns(): string[] {
    return this.statistic.dimensions.map(({ column }) => column);
  }
}

/** The table of the page that is open. */
export async function serviceTable(page: Page): Promise<ServiceTable> {
  const [, tenant, id] = /\/t\/([^/]+)\/statistics\/([^/?]+)/.exec(page.url())!;
  const name = `tenants/${tenant}/statistics/${id}`;
  const service = 'oboro.aggregation.v1.StatisticService';
  const { statistic } = await call<{ statistic: Statistic }>(page, `${service}/GetStatistic`, {
    name,
  });
  const answers = await stream<{ cells?: Cell[] }>(page, `${service}/ReadStatistic`, { name });
  return new ServiceTable(
    statistic,
    answers.flatMap(({ cells }) => cells ?? []),
  );
}
