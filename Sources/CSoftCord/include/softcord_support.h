// What the libraries do in C for themselves; not installed.
#ifndef SOFTCORD_SUPPORT_H
#define SOFTCORD_SUPPORT_H

// Keeps a copy of the text for `softcord_message` on this thread.
void sc_keep_message(const char *text);
// Path of the library, or program, that this code is part of; NULL where the system does not know.
const char *sc_own_path(void);

#endif
