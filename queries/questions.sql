-- title: Questions
-- description: Comments that end a line with a question mark: prompts for instruction data
-- recipe: reddit-plain
-- param question: regex = '\?\s*$' -- the last line asks
-- param min_length: integer = 60 -- characters
-- param max_length: integer = 1500 -- characters
-- param limit: integer = 5000 -- newest first
SELECT id, author, subreddit, body, score, created_utc, link_id, parent_id, permalink
FROM comments
WHERE REGEXP_LIKE(body, :question)
  AND LENGTH(body) BETWEEN :min_length AND :max_length
ORDER BY created_utc DESC, id
LIMIT :limit
