// dladdr is no part of POSIX.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "softcord.h"
#include "softcord_support.h"

// Long enough for every message, which is a line or two; a longer one loses its end.
static _Thread_local char message[4096];

const char *softcord_message(void) { return message; }

void sc_keep_message(const char *text) {
  size_t length = strlen(text);
  if (length >= sizeof message) {
    length = sizeof message - 1;
    // Not in the middle of a character.
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80) length--;
  }
  memcpy(message, text, length);
  message[length] = 0;
}

const char *sc_own_path(void) {
  static const char here[1];
  Dl_info facts;
  return dladdr(here, &facts) ? facts.dli_fname : NULL;
}
