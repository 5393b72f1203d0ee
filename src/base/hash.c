/* SHA-256 and MD5 through libcrypto, which fails only for want of memory. */
#include "tlrun/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"

struct hash {
	EVP_MD_CTX *ctx;
};

static void *
hash_memory(size_t bytes, const char *file, int line)
{
	(void)file, (void)line;
	return alloc_resize(NULL, bytes);
}

static void *
hash_more_memory(void *old, size_t bytes, const char *file, int line)
{
	(void)file, (void)line;
	return alloc_resize(old, bytes);
}

static void
hash_no_memory(void *old, const char *file, int line)
{
	(void)file, (void)line;
	free(old);
}

static struct hash *
hash_begin(const EVP_MD *(*kind_of)(void))
{
	/* Where libcrypto is refused memory while it sets itself up, it crashes. It takes these only
	 * before it has any. */
	CRYPTO_set_mem_functions(hash_memory, hash_more_memory, hash_no_memory);
	const EVP_MD *const kind = kind_of();
	struct hash *h = alloc_zeroed(sizeof *h);
	h->ctx = EVP_MD_CTX_new();
	if (!h->ctx || EVP_DigestInit_ex(h->ctx, kind, NULL) != 1) alloc_fail();
	return h;
}

struct hash *
hash_new(void)
{
	return hash_begin(EVP_sha256);
}

struct hash *
hash_new_md5(void)
{
	return hash_begin(EVP_md5);
}

void
hash_add(struct hash *h, const void *data, size_t size)
{
	if (size > 0 && EVP_DigestUpdate(h->ctx, data, size) != 1) alloc_fail();
}

void
hash_hex(struct hash *h, char out[HASH_HEX])
{
	unsigned char digest[HASH_BYTES];
	unsigned bytes;
	if (EVP_DigestFinal_ex(h->ctx, digest, &bytes) != 1) alloc_fail();
	for (unsigned i = 0; i < bytes; i++)
		snprintf(out + 2 * i, 3, "%02x", digest[i]);
	EVP_MD_CTX_free(h->ctx);
	free(h);
}

void
hash_of(const void *data, size_t size, char out[HASH_HEX])
{
	struct hash *h = hash_new();
	hash_add(h, data, size);
	hash_hex(h, out);
}
