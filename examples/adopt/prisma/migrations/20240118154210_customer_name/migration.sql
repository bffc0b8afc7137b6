-- AlterTable
ALTER TABLE "Customer" ADD COLUMN     "name" TEXT;
