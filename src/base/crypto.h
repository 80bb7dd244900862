/* The only door to libcrypto: SHA-256 (FIPS 180-4), HMAC-SHA256 (RFC 2104), random bytes. */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include "base/slice.h"

#include <stdint.h>

#define SHA256_SIZE 32
#define SHA256_HEX  65 /* with NUL */

void crypto_sha256(struct slice data, uint8_t out[SHA256_SIZE]);
void crypto_hmac_sha256(struct slice key, struct slice data, uint8_t out[SHA256_SIZE]);
void crypto_hex(const uint8_t *bytes, size_t n, char *out); /* 2n characters and NUL, lower case */
int crypto_random(void *out, size_t n);                     /* 0 or -1 */
/* A version-4 UUID, lower case, 36 characters and NUL. */
void crypto_uuid(char out[37]);
/* Constant-time comparison. */
int crypto_equal(const void *a, const void *b, size_t n);

struct sha256; /* streaming */
struct sha256 *sha256_new(void);
void sha256_add(struct sha256 *h, const void *bytes, size_t n);
void sha256_hex_free(struct sha256 *h, char out[SHA256_HEX]); /* finishes and frees */
void sha256_free(struct sha256 *h);                           /* NULL allowed */

#endif
