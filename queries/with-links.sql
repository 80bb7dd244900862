-- title: Comments with links
-- description: Comments that cite a web page, with the first host they name
-- recipe: reddit-plain
-- param host: regex = '.' -- a pattern for the host, such as '(?i)(^|\.)arxiv\.org$'
-- param min_score: integer = 1
-- param limit: integer = 5000 -- best received first
WITH linked AS (
  SELECT id, author, subreddit, body, score, created_utc, link_id, parent_id, permalink,
         LOWER(REGEXP_EXTRACT(body, 'https?://(?:www\.)?([^\s/?#:()\[\]&]+)', 1)) AS host
  FROM comments
  WHERE body LIKE '%://%'
    AND score >= :min_score
)
SELECT id, author, subreddit, body, score, created_utc, link_id, parent_id, permalink, host
FROM linked
WHERE REGEXP_LIKE(host, :host)
ORDER BY score DESC, id
LIMIT :limit
