import {
  type Dataset,
  ProfileService,
  type TryFileResponse,
} from '@oboro/gen/oboro/upload/v1/upload_pb';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { call } from '../../app/api';
import { profileFields, type Reading } from './mapping';

const HEAD = 1 << 20;

/** Asks the service to read the beginning of a file; a null reading lets it detect. */
export async function tryFile(
  dataset: Dataset,
  file: File,
  reading: Reading | null,
  signal?: AbortSignal,
): Promise<TryFileResponse> {
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  return call(
    ProfileService.method.tryFile,
    {
      parent: dataset.name,
      head,
      whole: file.size <= HEAD,
      ...(reading ? { profile: { displayName: '', ...profileFields(reading) } } : {}),
    },
    signal,
  );
}

/** The same as a query; kept only as long as a page looks at it, for it holds values of records. */
export function useTrial(
  dataset: Dataset,
  id: string,
  file: File | undefined,
  reading: Reading | null,
) {
  return useQuery<TryFileResponse, Error>({
    queryKey: ['try-file', dataset.name, id, JSON.stringify(reading)],
    queryFn: ({ signal }) => tryFile(dataset, file!, reading, signal),
    enabled: file !== undefined,
    gcTime: 0,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    placeholderData: keepPreviousData,
  });
}
