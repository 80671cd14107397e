#!/usr/bin/env node
import '../cli/distccmon-text.ts';
