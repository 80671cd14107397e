// Shows that the leveldb which the farm built works: write keys, reopen, read them all back in order.
#include <cstdio>
#include <memory>
#include <string>

#include "leveldb/db.h"
#include "leveldb/write_batch.h"

static const int kKeys = 20000;

static std::string Key(int i) {
  char text[16];
  snprintf(text, sizeof text, "key%08d", i);
  return text;
}

static std::string Value(int i) { return std::string(100, 'a' + i % 26) + Key(i); }

static leveldb::DB* Open(const char* folder) {
  leveldb::Options options;
  options.create_if_missing = true;
  leveldb::DB* db = nullptr;
  leveldb::Status status = leveldb::DB::Open(options, folder, &db);
  if (!status.ok()) fprintf(stderr, "%s\n", status.ToString().c_str());
  return db;
}

static bool Write(leveldb::DB* db) {
  leveldb::WriteBatch batch;
  for (int i = 0; i < kKeys; i++) {
    int shuffled = static_cast<int>(i * 7919LL % kKeys);  // 7919 is prime: every key once
    batch.Put(Key(shuffled), Value(shuffled));
  }
  return db->Write(leveldb::WriteOptions(), &batch).ok();
}

static int ReadInOrder(leveldb::DB* db) {
  std::unique_ptr<leveldb::Iterator> it(db->NewIterator(leveldb::ReadOptions()));
  int count = 0;
  for (it->SeekToFirst(); it->Valid(); it->Next(), count++) {
    if (it->key().ToString() != Key(count) || it->value().ToString() != Value(count)) break;
  }
  return count;
}

int main() {
  std::unique_ptr<leveldb::DB> db(Open("database"));
  if (!db || !Write(db.get())) return 1;
  db.reset();
  db.reset(Open("database"));
  if (!db) return 1;
  db->CompactRange(nullptr, nullptr);
  int count = ReadInOrder(db.get());
  leveldb::Range all(Key(0), Key(kKeys));
  uint64_t bytes = 0;
  db->GetApproximateSizes(&all, 1, &bytes);
  printf("leveldb %d.%d: %d keys written, %d read back in order, %.1f MB in %.1f MB on disk\n",
         leveldb::kMajorVersion, leveldb::kMinorVersion, kKeys, count,
         kKeys * (Key(0).size() + Value(0).size()) / 1e6, bytes / 1e6);
  return count == kKeys ? 0 : 1;
}
