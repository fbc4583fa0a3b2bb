// What the server wrote into the console's page.

import { readConfig, type Config, type Language } from "./config.ts";

export interface Partner {
  identity: string;
  name: string;
  channels: string[];
}

export interface ConsoleConfig extends Config {
  key: string;
  spoken: string[];
  /** Those that this interpreter speaks into. */
  channels: Language[];
  partners: Partner[];
}

export const readConsoleConfig = (): ConsoleConfig => readConfig() as ConsoleConfig;
