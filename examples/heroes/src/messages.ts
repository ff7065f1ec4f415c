export interface KillDragonMessage {
  heroId: string;
  dragonId: number;
}

export interface Item {
  id: number;
  name: string;
}

export interface Hero {
  heroId: number;
  name: string;
}

export interface DragonKilled {
  /** Unique for each event, since a real cluster may still hold those of an earlier run. */
  id: string;
  dragonId: number;
}

export interface Quest {
  id: string;
  goal: string;
}

export interface ContextReport {
  topic: string;
  partition: number;
  key: string;
  offset: string;
  timestamp: string;
  realm: string;
}

/** Every topic that the heroes use; replies go to `<topic>.reply`. */
export const topics = ['hero.kill.dragon', 'hero.get', 'hero.context', 'hero.dragon.killed', 'hero.quest'] as const;
