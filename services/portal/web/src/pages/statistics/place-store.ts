// The file of places that a person chose, kept by this browser for the municipality. Boundaries are no personal information.
import type { PlaceFile } from './model/places';

const DATABASE = 'oboro-places';
const STORE = 'files';

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error(DATABASE));
  });
}

async function within<T>(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const request = act(database.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error(STORE));
    });
  } finally {
    database.close();
  }
}

/** Undefined when there is none, or when the browser keeps nothing. */
export async function loadPlaces(key: string): Promise<PlaceFile | undefined> {
  try {
    return await within<PlaceFile | undefined>(
      'readonly',
      (store) => store.get(key) as IDBRequest<PlaceFile | undefined>,
    );
  } catch {
    return undefined;
  }
}

export async function savePlaces(key: string, file: PlaceFile): Promise<void> {
  try {
    await within('readwrite', (store) => store.put(file, key));
  } catch {
    // A browser that keeps nothing: the file holds for this page.
  }
}

export async function forgetPlaces(key: string): Promise<void> {
  try {
    await within('readwrite', (store) => store.delete(key));
  } catch {
    // Nothing was kept.
  }
}
