/* SHA-256 against the examples of NIST (FIPS 180-4 examples; "abc", the empty and the million
 * a). */
#include "tlrun/hash.h"

#include <string.h>

#include "base/suites.h"

static const char *const empty_hash =
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
static const char *const abc_hash =
	"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char *const million_hash =
	"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

START_TEST(known_texts_have_their_digests)
{
	char hex[HASH_HEX];
	hash_of("", 0, hex);
	ck_assert_str_eq(hex, empty_hash);
	hash_of(NULL, 0, hex);
	ck_assert_str_eq(hex, empty_hash);
	hash_of("abc", 3, hex);
	ck_assert_str_eq(hex, abc_hash);
}
END_TEST

START_TEST(pieces_hash_as_the_whole)
{
	char hex[HASH_HEX], block[1000];
	memset(block, 'a', sizeof block);
	struct hash *h = hash_new();
	for (int i = 0; i < 1000; i++)
		hash_add(h, block, sizeof block);
	hash_hex(h, hex);
	ck_assert_str_eq(hex, million_hash);
	h = hash_new();
	hash_add(h, "a", 1);
	hash_add(h, "", 0);
	hash_add(h, "bc", 2);
	hash_hex(h, hex);
	ck_assert_str_eq(hex, abc_hash);
}
END_TEST

/* RFC 1321, appendix A.5 */
START_TEST(md5_is_that_of_its_standard)
{
	char hex[HASH_HEX];
	struct hash *h = hash_new_md5();
	hash_add(h, "message ", 8);
	hash_add(h, "digest", 6);
	hash_hex(h, hex);
	ck_assert_str_eq(hex, "f96b697d7cb7938d525a2f31aaf161d0");
}
END_TEST

Suite *
suite_hash(void)
{
	Suite *s = suite_create("hash");
	TCase *t = tcase_create("hash");
	tcase_add_test(t, known_texts_have_their_digests);
	tcase_add_test(t, pieces_hash_as_the_whole);
	tcase_add_test(t, md5_is_that_of_its_standard);
	suite_add_tcase(s, t);
	return s;
}
