-- title: Answers with code
-- description: Comments that hold a code block, indented or fenced
-- recipe: reddit-plain
-- param block: regex = '(?m)^(    [^\s*+-]|```)' -- four spaces at the start of a line (no list), or a fence
-- param min_score: integer = 1
SELECT id, author, subreddit, body, score, created_utc, link_id, parent_id, permalink
FROM comments
WHERE REGEXP_LIKE(body, :block)
  AND score >= :min_score
ORDER BY subreddit, score DESC, id
