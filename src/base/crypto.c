#include "base/crypto.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/ban.h"

struct sha256 {
	EVP_MD_CTX *ctx;
};

/* Only a broken installation or no memory can make a hash fail: going on would sign garbage. */
static void must(int ok)
{
	if (ok == 1)
		return;
	fputs("athena-jsonl: libcrypto cannot compute SHA-256 or random numbers; check the OpenSSL "
	      "installation\n",
	        stderr);
	abort();
}

void crypto_sha256(struct slice data, uint8_t out[SHA256_SIZE])
{
	must(EVP_Digest(data.len ? data.ptr : "", data.len, out, NULL, EVP_sha256(), NULL));
}

void crypto_hmac_sha256(struct slice key, struct slice data, uint8_t out[SHA256_SIZE])
{
	const unsigned char *bytes = (const unsigned char *)(data.len ? data.ptr : "");

	must(HMAC(EVP_sha256(), key.len ? key.ptr : "", (int)key.len, bytes, data.len, out, NULL) !=
	        NULL);
}

void crypto_hex(const uint8_t *bytes, size_t n, char *out)
{
	static const char digit[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digit[bytes[i] >> 4];
		out[2 * i + 1] = digit[bytes[i] & 15];
	}
	out[2 * n] = '\0';
}

int crypto_random(void *out, size_t n)
{
	return RAND_bytes(out, (int)n) == 1 ? 0 : -1;
}

void crypto_uuid(char out[37])
{
	uint8_t r[16];
	char hex[33];

	must(crypto_random(r, sizeof r) == 0);
	r[6] = (uint8_t)((r[6] & 0x0f) | 0x40); /* RFC 9562: version 4, variant 10 */
	r[8] = (uint8_t)((r[8] & 0x3f) | 0x80);
	crypto_hex(r, sizeof r, hex);
	snprintf(out, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

int crypto_equal(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}

struct sha256 *sha256_new(void)
{
	struct sha256 *h = MEM_NEW(struct sha256);

	h->ctx = EVP_MD_CTX_new();
	must(h->ctx && EVP_DigestInit_ex(h->ctx, EVP_sha256(), NULL));
	return h;
}

void sha256_add(struct sha256 *h, const void *bytes, size_t n)
{
	must(EVP_DigestUpdate(h->ctx, bytes, n));
}

void sha256_hex_free(struct sha256 *h, char out[SHA256_HEX])
{
	uint8_t sum[SHA256_SIZE];

	must(EVP_DigestFinal_ex(h->ctx, sum, NULL));
	crypto_hex(sum, sizeof sum, out);
	sha256_free(h);
}

void sha256_free(struct sha256 *h)
{
	if (!h)
		return;
	EVP_MD_CTX_free(h->ctx);
	mem_free(h);
}
