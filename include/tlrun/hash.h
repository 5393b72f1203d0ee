/* floor: base */
/* SHA-256 (FIPS 180-4), and MD5 (RFC 1321) for sums that others published; through libcrypto. */
#ifndef TLRUN_HASH_H
#define TLRUN_HASH_H

#include <stddef.h>

enum { HASH_BYTES = 32, HASH_HEX = 65 };

struct hash;	/* a running digest */

struct hash *hash_new(void);	/* SHA-256; never NULL */
struct hash *hash_new_md5(void);	/* 32 digits; never NULL */
void hash_add(struct hash *h, const void *data, size_t size);
void hash_hex(struct hash *h, char out[HASH_HEX]);	/* finishes and frees h */

void hash_of(const void *data, size_t size, char out[HASH_HEX]);

#endif
