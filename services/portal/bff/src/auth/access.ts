// The access token of a session, fresh enough for one call.
import type { Session, SessionStore } from '../session';
import { GrantRefused, type Provider } from './provider';

const MARGIN = 60_000;

export class SessionEnded extends Error {}

export class Access {
  constructor(
    readonly store: SessionStore,
    readonly provider: Provider,
    readonly now: () => number = Date.now,
  ) {}

  /** Throws SessionEnded when the provider refuses; whatever the provider's connection throws when it is away. */
  async token(session: Session): Promise<string> {
    const { tokens } = session.record;
    if (tokens.accessExpires - this.now() > MARGIN) return tokens.access;
    // One refresh at a time: a provider that rotates refresh tokens takes the second use for a theft.
    session.refreshing ??= this.#refresh(session).finally(() => {
      session.refreshing = undefined;
    });
    try {
      await session.refreshing;
    } catch (error) {
      if (error instanceof SessionEnded || tokens.accessExpires <= this.now()) throw error;
      // The provider is away and the old token still holds.
    }
    return session.record.tokens.access;
  }

  async #refresh(session: Session): Promise<void> {
    const { tokens } = session.record;
    if (!tokens.refresh) {
      if (tokens.accessExpires > this.now()) return;
      await this.store.end(session);
      throw new SessionEnded();
    }
    try {
      const fresh = await this.provider.refresh(tokens.refresh);
      session.record.tokens = { ...tokens, ...fresh };
      await this.store.save(session);
    } catch (error) {
      if (!(error instanceof GrantRefused)) throw error;
      await this.store.end(session);
      throw new SessionEnded();
    }
  }
}
