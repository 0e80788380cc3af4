import {
  type Operation,
  OperationService,
  OperationState,
} from '@oboro/gen/oboro/operation/v1/operation_pb';
import { useEffect, useRef, useState } from 'react';
import { worthRetrying } from '../lib/errors';
import { client } from './api';

export const hasEnded = (operation: Operation | undefined): boolean =>
  operation !== undefined && operation.state >= OperationState.SUCCEEDED;

const pause = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/**
 * Watches long work until it has ended. A stream that breaks (a proxy's limit, a restart) is taken up again; `onEnd` is
 * called once.
 */
export function useOperation(
  name: string,
  onEnd?: (operation: Operation) => void,
): { operation: Operation | undefined; error: unknown } {
  const [operation, setOperation] = useState<Operation>();
  const [error, setError] = useState<unknown>(null);
  const ended = useRef(onEnd);
  ended.current = onEnd;
  useEffect(() => {
    setOperation(undefined);
    setError(null);
    if (!name) return;
    const aborter = new AbortController();
    const { signal } = aborter;
    const watch = async () => {
      for (let attempt = 0; !signal.aborted; attempt += 1) {
        try {
          let last: Operation | undefined;
          for await (const answer of client(OperationService).watchOperation(
            { name },
            { signal },
          )) {
            if (!answer.operation) continue;
            last = answer.operation;
            attempt = 0;
            setError(null);
            setOperation(last);
          }
          if (last && hasEnded(last)) {
            ended.current?.(last);
            return;
          }
        } catch (problem) {
          if (signal.aborted) return;
          if (!worthRetrying(problem) || attempt >= 5) {
            setError(problem);
            return;
          }
        }
        await pause(Math.min(8_000, 500 * 2 ** attempt), signal);
      }
    };
    void watch();
    return () => aborter.abort();
  }, [name]);
  return { operation, error };
}
