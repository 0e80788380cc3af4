// Files in the order of their names, whatever took how long the last time: the journeys' numbers are their order.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

export class ByName extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(
      files.toSorted((one, other) => one.moduleId.localeCompare(other.moduleId)),
    );
  }
}
